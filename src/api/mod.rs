//! How programs see it: JSON.
