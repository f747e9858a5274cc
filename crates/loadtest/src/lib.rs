//! Load, faults, and the checker for loss, duplicates and order.
