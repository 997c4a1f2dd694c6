CREATE TABLE `key_rotations` (
	`place` integer PRIMARY KEY NOT NULL,
	`note` text NOT NULL
);
