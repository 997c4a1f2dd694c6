CREATE TABLE `__new_removed_ids` (
	`place` integer PRIMARY KEY NOT NULL,
	`id` blob NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_removed_ids`("id") SELECT "id" FROM `removed_ids`;--> statement-breakpoint
DROP TABLE `removed_ids`;--> statement-breakpoint
ALTER TABLE `__new_removed_ids` RENAME TO `removed_ids`;--> statement-breakpoint
CREATE UNIQUE INDEX `removed_ids_id_unique` ON `removed_ids` (`id`);--> statement-breakpoint
ALTER TABLE `removal` ADD `occurrences` integer DEFAULT 0 NOT NULL;
