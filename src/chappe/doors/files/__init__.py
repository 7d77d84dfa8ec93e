"""The file door: SFTP, the folders of accounts, and what becomes of a file that is dropped."""
