{{ config(materialized='touched', tags=['late']) }}
with reports as (select * from {{ touched(ref('fct_reports')) }}),

counts as (select * from {{ ref('stg_counts') }}),

final as (
    select
        r.report_id, c.code, c.section, c.value as amount, c.unit_word, c.is_approximate, c.scope, c.sentence, c.place
    from reports as r inner join counts as c on r.read_id = c.read_id
)

select * from final
