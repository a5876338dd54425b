{{ config(tags=['law']) }}
select form, table_name, group_code, row_code from {{ ref('stg_groups') }}
