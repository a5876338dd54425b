{{ config(materialized='touched', tags=['late'], meta={'lies_by': 'unit_code'}) }}
-- Every rule beyond the printed sums against every report: last year's cells, counts told in prose and fixed numbers are terms too. Up to the
-- result, numbers stand for reports, rules and codes: to hold millions of terms by their texts takes eight times the memory.
with reports as (
    select
        r.*, u.level, row_number() over (order by r.report_id)::integer as report_number,
        -- The form of table three decides which relations hold; where it is not there, that of the others.
        coalesce(r.form_requests, r.form_disclosure, r.form_challenges) as form_chief
    from {{ touched(ref('fct_reports')) }} as r left join {{ ref('dim_unit') }} as u on r.unit_code = u.unit_code
),

relations as (select *, row_number() over (order by form, rule_id)::smallint as rule_number from {{ ref('stg_relations') }}),

terms as (
    select t.*, r.rule_number, dense_rank() over (order by t.code)::smallint as code_number
    from {{ ref('stg_relation_terms') }} as t inner join relations as r on t.form = r.form and t.rule_id = r.rule_id
),

cells as (
    select r.report_number, k.code_number, c.value
    from {{ touched(ref('fct_cells')) }} as c
    inner join (select distinct code, code_number from terms where source in ('cell', 'last_year')) as k on c.code = k.code
    inner join reports as r on c.report_id = r.report_id
    where c.value is not null
),

-- A count is used only if the prose gives it exactly, for the year, and in one number.
told as (
    select r.report_number, k.code_number, max(c.amount) as value
    from {{ touched(ref('fct_counts')) }} as c
    inner join (select distinct code, code_number from terms where source = 'prose') as k on c.code = k.code
    inner join reports as r on c.report_id = r.report_id
    where c.scope = 'this_year' and not c.is_approximate and c.code <> 'unclassified'
    group by r.report_number, k.code_number
    having count(distinct c.amount) = 1
),

applied as (
    select r.report_number, p.report_number as last_number, x.rule_number
    from reports as r
    inner join relations as x
        on r.form_chief = x.form and (x.levels is null or list_contains(string_split(x.levels, ','), r.level))
    left join {{ ref('last_units') }} as u on r.unit_code = u.unit_code and r.report_year = u.report_year
    left join reports as p
        on p.unit_code = case when u.unit_code is null then r.unit_code else u.last_unit_code end
        and p.report_year = r.report_year - 1 and p.is_current
),

wanted as (
    select
        a.report_number, a.rule_number, m.side, m.reading, m.source, m.code_number, m.factor,
        case m.source when 'cell' then a.report_number when 'last_year' then a.last_number end as number_of_cells,
        case when m.source not in ('cell', 'last_year', 'prose') then try_cast(m.code as decimal(18, 6)) end as fixed
    from applied as a inner join terms as m on a.rule_number = m.rule_number
),

valued as (
    select
        w.report_number, w.rule_number, w.side, w.reading, w.source, w.code_number,
        w.factor * case when w.source in ('cell', 'last_year') then c.value when w.source = 'prose' then t.value else w.fixed end as amount
    from wanted as w
    left join cells as c on w.number_of_cells = c.report_number and w.code_number = c.code_number
    left join told as t on w.source = 'prose' and w.report_number = t.report_number and w.code_number = t.code_number
),

sides as (
    select report_number, rule_number, side, reading, sum(amount) as total
    from valued
    group by all
),

missing as (
    select v.report_number, v.rule_number, string_agg(distinct t.term, ', ' order by t.term) as missing_terms
    from valued as v
    inner join (
        select distinct source, code_number, case when source = 'cell' then code else concat(source, ':', code) end as term from terms
    ) as t on v.source = t.source and v.code_number = t.code_number
    where v.amount is null
    group by all
),

compared as (
    select
        l.report_number, l.rule_number, l.total as left_sum, r.total as right_sum,
        case when x.sign = '=' then l.total = r.total else l.total <= r.total end as holds,
        row_number() over (
            partition by l.report_number, l.rule_number
            order by case when x.sign = '=' then l.total = r.total else l.total <= r.total end desc nulls last, r.reading
        ) as turn
    from sides as l
    inner join sides as r
        on l.report_number = r.report_number and l.rule_number = r.rule_number and l.side = 'left' and r.side = 'right'
    inner join relations as x on l.rule_number = x.rule_number
),

final as (
    select
        r.report_id, r.unit_code, r.unit_name, r.report_year, r.is_current, x.form, x.rule, x.instance, x.rule_id, x.severity,
        case when m.missing_terms is not null then 'not_assessable' when c.holds then 'pass' else 'fail' end as result,
        case when m.missing_terms is null then c.left_sum end::decimal(18, 6) as left_sum,
        case when m.missing_terms is null then c.right_sum end::decimal(18, 6) as right_sum,
        case when m.missing_terms is null then c.left_sum - c.right_sum end::decimal(18, 6) as difference,
        m.missing_terms, x.zh, x.en, x.law
    from compared as c
    inner join reports as r on c.report_number = r.report_number
    inner join relations as x on c.rule_number = x.rule_number
    left join missing as m on c.report_number = m.report_number and c.rule_number = m.rule_number
    where c.turn = 1
)

-- Who touches a county finds its rows beside each other, and passes over the rest.
select * from final order by unit_code, report_year, report_id
