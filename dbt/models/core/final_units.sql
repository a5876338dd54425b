{{ config(tags=['law']) }}
select unit_code, final_code from {{ ref('stg_final_units') }}
