CREATE TABLE `rule_progress` (
	`rule` text PRIMARY KEY NOT NULL,
	`through` integer NOT NULL
);
