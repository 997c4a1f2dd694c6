CREATE TABLE `rollup_pairs` (
	`subject` integer NOT NULL,
	`other` integer NOT NULL,
	`events` integer NOT NULL,
	`occurrences` integer NOT NULL,
	PRIMARY KEY(`subject`, `other`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `rollup_pairs_busiest` ON `rollup_pairs` (`subject`,`occurrences`) WHERE occurrences >= 16;--> statement-breakpoint
CREATE TABLE `rollups` (
	`subject` integer NOT NULL,
	`week` integer NOT NULL,
	`counts` blob NOT NULL,
	PRIMARY KEY(`subject`, `week`)
) WITHOUT ROWID;
