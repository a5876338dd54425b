{{ config(materialized='touched', tags=['late', 'published'], meta={'touched': 'area_code'}) }}
-- Each report counts in the areas to which its unit belonged in its year.
{{ area_sums('reported') }}
