{{ config(materialized='touched', tags=['late']) }}
-- What no number of a table may be: a fraction, below 0, beyond belief. One row for each wrong cell; one that passes for the others.
with numbers as (
    select c.report_id, c.code, c.table_name, c.value, f.kind, f.unit
    from {{ touched(ref('fct_cells')) }} as c
    inner join {{ ref('stg_form_cells') }} as f on c.form = f.form and c.code = f.code
    where c.value is not null
),

limits as (select * from {{ ref('stg_signal_values') }}),

money as (select distinct value as unit from limits where name = 'money'),

wrong as (
    select report_id, 'whole_number' as rule, code, value, null::decimal(18, 6) as most
    from numbers where value <> floor(value) and unit not in (select unit from money)
    union all
    select report_id, 'non_negative', code, value, null
    from numbers where value < 0 and kind <> 'change' and unit not in (select unit from money)
    union all
    select report_id, 'amount_from_0', code, value, null
    from numbers where value < 0 and kind <> 'change' and unit in (select unit from money)
    union all
    select n.report_id, 'believable', n.code, n.value, try_cast(x.value as decimal(18, 6))
    from numbers as n
    inner join limits as x on x.rule = 'believable' and n.table_name = x.name and n.value > try_cast(x.value as decimal(18, 6))
),

seen as (
    select distinct n.report_id, s.rule
    from (select distinct report_id, table_name from numbers) as n
    cross join unnest(['whole_number', 'non_negative', 'amount_from_0', 'believable']) as s (rule)
    where s.rule <> 'believable' or n.table_name in (select name from limits where rule = 'believable')
),

final as (
    select
        s.report_id, s.rule, coalesce(w.code, '') as instance, case when w.code is null then 'pass' else 'fail' end as result, w.code,
        w.value::decimal(18, 6) as left_sum, w.most as right_sum, null::varchar as found, null::varchar as expected
    from seen as s left join wrong as w on s.report_id = w.report_id and s.rule = w.rule
)

select * from final
