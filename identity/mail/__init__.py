"""E-mail: rows written in the transaction that causes them, delivered by a courier afterwards."""
