{{ config(materialized='touched', tags=['late', 'published'], meta={'touched': 'area_code'}) }}
-- Each report counts in the areas to which its unit, or what became of it, belongs today: one series without breaks of boundary.
{{ area_sums('constant') }}
