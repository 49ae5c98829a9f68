-- Holds the place of the step that another branch brings.
select 1;
