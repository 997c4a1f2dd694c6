CREATE TABLE `removal` (
	`id` integer PRIMARY KEY NOT NULL,
	`removed` integer NOT NULL,
	`announced` integer NOT NULL,
	`announced_by` integer NOT NULL,
	`before` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `removed_ids` (
	`id` blob PRIMARY KEY NOT NULL
) WITHOUT ROWID;
