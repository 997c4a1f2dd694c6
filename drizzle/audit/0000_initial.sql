CREATE TABLE `events` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` blob NOT NULL,
	`timestamp` integer NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_by_id` ON `events` (`id`);--> statement-breakpoint
CREATE TABLE `head` (
	`id` integer PRIMARY KEY NOT NULL,
	`size` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`cursor` text
);
--> statement-breakpoint
CREATE TABLE `postings` (
	`term` blob NOT NULL,
	`timestamp` integer NOT NULL,
	`seq` integer NOT NULL,
	`entries` blob,
	PRIMARY KEY(`term`, `timestamp`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `set_aside` (
	`seq` integer PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`event` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `terms` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` integer NOT NULL,
	`value` text NOT NULL,
	`events` integer NOT NULL,
	`occurrences` integer NOT NULL,
	`first_at` integer,
	`last_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `terms_by_value` ON `terms` (`kind`,`value`);--> statement-breakpoint
CREATE INDEX `terms_busiest` ON `terms` (`kind`,`occurrences`) WHERE occurrences >= 64;
