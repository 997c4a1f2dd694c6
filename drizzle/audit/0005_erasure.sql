CREATE TABLE `erasures` (
	`place` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`erasure` text NOT NULL,
	`progress` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `erasures_id_unique` ON `erasures` (`id`);--> statement-breakpoint
CREATE TABLE `seals` (
	`seq` integer PRIMARY KEY NOT NULL,
	`slots` text NOT NULL
);
