"""The count: pure functions, integers and exact rationals; values in, result out. README.md says what and how."""
