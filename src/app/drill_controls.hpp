#pragma once

// The controls of a drill: every judge is shown an answer with a planted fault, and one without, before its word on the
// site is believed. They run in this process, on this machine: a foreign site has no twin. A check whose control fails
// tells nothing, and its row is unknown.

#include "app/drill_report.hpp"

namespace belfry::app {

DrillControls run_controls(base::WallTime now);

// Makes the rows of blind checks unknown.
void apply_controls(const DrillControls& controls, std::vector<DrillRow>& rows);

}  // namespace belfry::app
