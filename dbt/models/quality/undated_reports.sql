{{ config(materialized='view') }}
-- Must be empty: reports whose year is not certain; a person puts it into manifest.csv.
with reports as (select * from {{ ref('fct_reports') }}),

final as (select report_id, file, unit_code, unit_name, title from reports where report_year is null)

select * from final
