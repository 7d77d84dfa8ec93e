"""What clients are owed: receipts and replies, told until they are taken, over restarts too."""
