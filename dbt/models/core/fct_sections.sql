{{ config(materialized='touched', tags=['late']) }}
with reports as (select * from {{ touched(ref('fct_reports')) }}),

sections as (select * from {{ ref('stg_sections') }}),

final as (select r.report_id, s.section, s.text from reports as r inner join sections as s on r.read_id = s.read_id)

select * from final
