"""Why a window's rows have one order where the last column of it is no declared key."""

from __future__ import annotations

# Path of the model (or the macro's user) → last column of the ORDER BY → why no two rows can change places unseen.
ENDS_IN_A_KEY: dict[str, dict[str, str]] = {
    "models/attributed_outcomes/metric_changes.sql": {
        "reason": "the order is all that an event of the lock says: two that tie are the same row"
    },
    "models/attributed_outcomes/metric_definitions.sql": {
        "metric_version": "(metric, metric_version) is the key, and the windows are those of one metric"
    },
    "models/attributed_outcomes/steps/outcome_spans.sql": {"occurred_at": "`times` is distinct over the partition and occurred_at"},
    "models/cohort_rates/cohort_curves.sql": {"duration_us": "`times` has one row per cohort and duration_us"},
    "models/cohort_rates/steps/cohort_cells.sql": {"timing_window": "the order is the whole grain of the cells"},
    "models/comparisons/conversion_survival.sql": {
        "duration_us": "`members` has one row per value and duration_us, `pooled` and `risk` one per dimension and duration_us",
        "segment_id": "it is the md5 of metric version, dimension and value, of which each has one row",
    },
    "models/comparisons/steps/forecast_hazards.sql": {"exit_days": "`exits` has one row per version, origin and exit_days"},
    "models/comparisons/removal_credit.sql": {"experiment": "one row per metric version and experiment, each of one dimension and value"},
    "models/comparisons/steps/journey_players.sql": {"cut_value": "`counted` has one row per metric version, dimension and value"},
    "models/comparisons/sales_velocity.sql": {"period_start": "one row per grain, cut, value and period_start"},
    "models/comparisons/rate_changes.sql": {"metric_version": "the key of metric_definitions is the metric and its version"},
    "models/kpis/drop_off_reasons.sql": {"reason_number": "one row per period, stratum and reason"},
    "models/connectors/hubspot/hubspot_contact_merges.sql": {"canonical_id": "`merges` is distinct over merged_id and canonical_id"},
    "models/connectors/hubspot/hubspot_deal_merges.sql": {"canonical_id": "`merges` is distinct over merged_id and canonical_id"},
    "models/connectors/hubspot/hubspot_reps.sql": {"email": "the order is the whole row of one owner"},
    "models/connectors/salesforce/salesforce_deal_stages.sql": {"entered_at": "changes and stages have one row per opportunity and entered_at"},
    "models/connectors/salesforce/salesforce_reps.sql": {"department": "the order is the whole row of one user"},
    "models/losses/key_matches.sql": {
        "rewriting_number": "one row per reference and rewriting, or reference, key and rewriting: the windows are of the rest of it"
    },
    "models/connectors/intercom/intercom_contacts.sql": {"custom_job_title": "the order is by all columns that are read"},
    "models/connectors/intercom/intercom_conversations.sql": {
        "source_body": "the order is by all columns that are read",
        "contact_id": "with the preference before it, the order is the whole row of one conversation",
    },
    "models/connectors/intercom/intercom_parts.sql": {"body": "the order is by all columns that are read"},
    "models/connectors/zendesk/zendesk_tickets.sql": {"user_id": "the order is the whole row of one ticket"},
    "models/conversations/steps/business_calendar.sql": {
        "closes_at": "opens_at and closes_at are all that the rows have",
        "open_rank": "two edges of a calendar that agree in starts_at and open_rank are the same row",
        "starts_at": "(calendar, starts_at) is the key of the pieces",
    },
    "models/kpis/staffing_need.sql": {"mark_kind": "`gathered` has one row per marked_at and mark_kind"},
    "models/kpis/steps/rep_spans.sql": {"state": "(rep_id, started_at, state) is the key of stg_rep_states"},
    "models/kpis/staffing_signal.sql": {
        "mark_id": "two marks that tie are of one kind, and add the same",
        "state": "(rep_id, started_at, state) is the key of stg_rep_states",
    },
    "models/kpis/steps/contact_touches.sql": {
        "touch_date": "touches of one day have the same frame, which ends the day before",
        "raw_channel": "contact, channel and instant are the key of stg_consents, and the contact is that of the touch",
    },
    "models/kpis/opt_out_rates.sql": {"campaign_key": "contact, date, channel and campaign are the key of contact_touches, and first_sent_at is of the date"},
    "models/staging/mappings/map_currency_rates.sql": {"valid_from": "`daily` has one row per currency and valid_from"},
    "models/staging/mappings/map_zone_offsets.sql": {"starts_at": "the seed has one row per zone and starts_at"},
    "models/conversations/conversations.sql": {"entered_at": "stage_periods keeps one stage per entity and instant"},
    "models/staging/stg_delivery_failures.sql": {"loaded_at": "with the key before it, the order is by all columns"},
    "models/staging/stg_consents.sql": {"source": "with the key and loaded_at before it, the order is by all columns"},
    "models/staging/stg_rosters.sql": {"ends_at": "with the key and loaded_at before it, the order is by all columns"},
    "models/staging/stg_message_sentiments.sql": {"compound": "with the key and loaded_at before it, the order is by all columns"},
    "models/conversations/steps/rep_periods.sql": {
        "starts_at": "boundaries are distinct over rep_id and starts_at",
        "is_dated": "(rep_id, valid_from) is the key of stg_reps, and is_dated tells null from the year 1",
    },
}  # fmt: skip
