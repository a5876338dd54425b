{{ config(tags=['law']) }}
select report_year, unit_code, unit_name, successor_code, successor_name, kind from {{ ref('stg_successions') }}
