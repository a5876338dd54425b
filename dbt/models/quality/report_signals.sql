{{ config(materialized='view', schema='staging') }}
-- What one report shows by itself: a form that was no longer in force, and prose that contradicts itself.
with reports as (select * from {{ touched(ref('fct_reports')) }}),

limits as (select * from {{ ref('stg_signal_values') }}),

national as (
    select f.* from {{ ref('stg_forms') }} as f
    inner join limits as x on x.rule = 'outdated_form' and x.name = 'forms' and f.form = x.value
),

used as (
    select distinct report_id, report_year, u.form
    from reports
    cross join unnest([form_disclosure, form_requests, form_challenges, form_statistics]) as u (form)
    where u.form is not null and report_year is not null
),

forms as (
    select
        u.report_id, max(n.form) as in_force,
        string_agg(distinct o.form, ', ' order by o.form) filter (where o.last_year < u.report_year) as outdated
    from used as u
    inner join national as o on u.form = o.form
    left join national as n on u.report_year >= n.first_year and u.report_year <= coalesce(n.last_year, u.report_year)
    group by u.report_id
),

counts as (
    select * from {{ touched(ref('fct_counts')) }} where not is_approximate and scope in ('this_year', 'of_which')
),

fees as (
    select
        c.report_id, max(c.amount) as most,
        bool_or(c.amount = 0 and c.section = (select value from limits where rule = 'fee_conflict' and name = 'section')) as is_none
    from counts as c
    inner join limits as x on x.rule = 'fee_conflict' and x.name = 'code' and c.code = x.value
    where c.scope = 'this_year'
    group by c.report_id
),

-- Parts belong to a total only in its own sentence, and only where the sentence says “of which”.
disclosed as (
    select c.report_id, c.sentence, max(c.amount) as total
    from counts as c
    inner join limits as x on x.rule = 'prose_disclosure' and x.name = 'total' and c.code = x.value
    where c.scope = 'this_year'
    group by c.report_id, c.sentence
    having count(distinct c.amount) = 1
),

channels as (
    select value as code, null as inside from limits where rule = 'prose_disclosure' and name = 'parts'
    union all
    select split_part(value, '=', 1), split_part(value, '=', 2) from limits where rule = 'prose_disclosure' and name = 'inside'
),

parts as (
    select d.report_id, d.sentence, any_value(d.total) as total, c.code, any_value(h.inside) as inside, max(c.amount) as amount
    from disclosed as d
    inner join counts as c on d.report_id = c.report_id and d.sentence = c.sentence and c.scope = 'of_which'
    inner join channels as h on c.code = h.code
    group by d.report_id, d.sentence, c.code
),

added as (
    select p.report_id, any_value(p.total) as total, sum(p.amount) as parts
    from parts as p
    left join parts as w on p.report_id = w.report_id and p.sentence = w.sentence and p.inside = w.code
    where w.code is null
    group by p.report_id, p.sentence
    qualify row_number() over (partition by p.report_id order by sum(p.amount) > any_value(p.total) desc, p.sentence) = 1
),

everything as (
    select
        report_id, 'outdated_form' as rule, case when outdated is null then 'pass' else 'fail' end as result,
        null::decimal(18, 6) as left_sum, null::decimal(18, 6) as right_sum, outdated as found, in_force as expected
    from forms
    union all
    select report_id, 'fee_conflict', case when most > 0 then 'fail' else 'pass' end, most, 0, null, null from fees where is_none
    union all
    select report_id, 'prose_disclosure', case when parts > total then 'fail' else 'pass' end, parts, total, null, null from added
),

final as (
    select
        report_id, rule, '' as instance, result, null::varchar as code, left_sum::decimal(18, 6) as left_sum,
        right_sum::decimal(18, 6) as right_sum, found::varchar as found, expected::varchar as expected
    from everything
)

select * from final
