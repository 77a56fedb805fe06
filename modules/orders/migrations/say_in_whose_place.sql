-- In whose place a deputy (職務代理人) approved; null where the head did.
ALTER TABLE orders.approval ADD COLUMN acting_for bigint CHECK (acting_for <> approver);
