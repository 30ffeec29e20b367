-- number_of: the view's number of a pathway.
SELECT no FROM pathways WHERE id = ?1;
