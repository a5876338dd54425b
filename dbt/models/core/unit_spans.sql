{{ config(tags=['law']) }}
select unit_code, first_year, last_year, is_assumed from {{ ref('stg_unit_spans') }}
