{{ config(tags=['law']) }}
-- The loss table (ingest/law/rules/measures.yaml): what each measure is in each form; a sum of several cells has several rows.
with losses as (select * from {{ ref('stg_losses') }}),

final as (
    select measure, form, relation, source_code, nullif(note_zh, '') as note_zh, nullif(note_en, '') as note_en from losses
)

select * from final
