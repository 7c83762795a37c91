"""E-mail: letters written in the transaction that causes them, delivered by a courier afterwards."""
