CREATE TABLE `counters` (
	`type` text PRIMARY KEY NOT NULL,
	`last_id` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `credentials` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `idempotency` (
	`principal` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` blob NOT NULL,
	`answer` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`principal`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_by_age` ON `idempotency` (`created_at`);--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`position` integer PRIMARY KEY NOT NULL,
	`total` integer NOT NULL,
	`events` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `record_keys` (
	`type` text NOT NULL,
	`field` text NOT NULL,
	`value` text NOT NULL,
	`id` integer NOT NULL,
	PRIMARY KEY(`type`, `field`, `value`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `records` (
	`type` text NOT NULL,
	`id` integer NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`type`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`hash` blob PRIMARY KEY NOT NULL,
	`session_id` text NOT NULL,
	`parent` blob,
	`created_at` integer NOT NULL,
	`rotated_at` integer,
	`spent` integer NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_by_session` ON `refresh_tokens` (`session_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ip` text,
	`user_agent` text
);
--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` blob NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`owner_id` integer NOT NULL,
	`tenant_id` text,
	`actor_types` text,
	`target_types` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `tokens_by_owner` ON `tokens` (`owner_id`);--> statement-breakpoint
CREATE TABLE `types` (
	`name` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`schema` text NOT NULL,
	`record` text
);
