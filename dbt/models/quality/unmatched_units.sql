-- Must be empty: reports whose unit is not certain; a person finds the code and puts it into manifest.csv.
with reports as (select * from {{ ref('fct_reports') }}),

final as (
    select report_id, file, unit_name, title, report_year from reports where unit_code is null
)

select * from final
