{{ config(materialized='touched', tags=['late']) }}
-- What no number of a table may be: a fraction, below 0, beyond belief. One row for each wrong cell; one that passes for the others.
with limits as (select * from {{ ref('stg_signal_values') }}),

money as (select distinct value as unit from limits where name = 'money'),

most as (select name as table_name, try_cast(value as decimal(18, 6)) as most from limits where rule = 'believable'),

asked as (
    select f.form, f.code, f.kind, f.unit in (select unit from money) as is_money
    from {{ ref('stg_form_cells') }} as f
),

-- Few numbers are strange; only of these all that is asked must be known.
strange as (
    select c.report_id, c.code, c.table_name, c.value, a.kind, a.is_money, m.most
    from {{ touched(ref('fct_cells')) }} as c
    inner join asked as a on c.form = a.form and c.code = a.code
    left join most as m on c.table_name = m.table_name
    where c.value < 0 or c.value <> floor(c.value) or c.value > m.most
),

wrong as (
    select report_id, 'whole_number' as rule, code, value, null::decimal(18, 6) as most from strange where value <> floor(value) and not is_money
    union all
    select report_id, 'non_negative', code, value, null from strange where value < 0 and kind <> 'change' and not is_money
    union all
    select report_id, 'amount_from_0', code, value, null from strange where value < 0 and kind <> 'change' and is_money
    union all
    select report_id, 'believable', code, value, most from strange where value > most
),

tables as (
    select c.report_id, c.table_name
    from {{ touched(ref('fct_cells')) }} as c
    semi join asked as a on c.form = a.form and c.code = a.code
    where c.value is not null
    group by c.report_id, c.table_name
),

seen as (
    select distinct t.report_id, s.rule
    from tables as t
    cross join unnest(['whole_number', 'non_negative', 'amount_from_0', 'believable']) as s (rule)
    where s.rule <> 'believable' or t.table_name in (select table_name from most)
),

final as (
    select
        s.report_id, s.rule, coalesce(w.code, '') as instance, case when w.code is null then 'pass' else 'fail' end as result, w.code,
        w.value::decimal(18, 6) as left_sum, w.most as right_sum, null::varchar as found, null::varchar as expected
    from seen as s left join wrong as w on s.report_id = w.report_id and s.rule = w.rule
)

select * from final
