CREATE TABLE `checkpoint` (
	`id` integer PRIMARY KEY NOT NULL,
	`size` integer NOT NULL,
	`note` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tiles` (
	`level` integer NOT NULL,
	`place` integer NOT NULL,
	`hashes` blob NOT NULL,
	PRIMARY KEY(`level`, `place`)
);
--> statement-breakpoint
ALTER TABLE `events` ADD `salt_key` blob DEFAULT x'' NOT NULL;--> statement-breakpoint
ALTER TABLE `head` ADD `root` blob DEFAULT x'' NOT NULL;