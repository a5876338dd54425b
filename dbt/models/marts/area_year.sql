{{ config(tags=['published']) }}
-- Each report counts in the areas to which its unit belonged in its year.
{{ area_sums('reported') }}
