{{ config(tags=['law']) }}
with cells as (select * from {{ ref('stg_form_cells') }}),

terms as (select * from {{ ref('stg_terms') }}),

measures as (
    select
        c.code, c.table_name, c.row_code, c.column_code,
        any_value(case when k.zh is null then r.zh else concat(r.zh, ' ', k.zh) end) as zh,
        any_value(case when k.en is null then r.en else concat(r.en, ', ', k.en) end) as en,
        any_value(r.definition) as definition, any_value(r.law) as law,
        min(c.unit) as unit, min(c.kind) as kind, min(c.ordinal)::integer as ordinal,
        string_agg(c.form, ',' order by c.form) as forms
    from cells as c
    left join terms as r on c.row_code = r.code
    left join terms as k on c.column_code = k.code
    group by c.code, c.table_name, c.row_code, c.column_code
),

final as (select * from measures)

select * from final
