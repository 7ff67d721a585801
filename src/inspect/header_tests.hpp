#pragma once

// The ten tests of the header grade (inspect/header_grade.hpp), each a pure function from what the site said to one
// row of the Observatory's table.

#include "inspect/header_grade.hpp"

namespace belfry::inspect {

HeaderModifier test_csp(const GradedSite& site, const HtmlScan& scan);
HeaderModifier test_cookies(const GradedSite& site);
HeaderModifier test_cross_origin_sharing(const GradedSite& site);
// nullopt: not known.
std::optional<HeaderModifier> test_redirection(const GradedSite& site);
HeaderModifier test_referrer_policy(const GradedSite& site, const HtmlScan& scan);
HeaderModifier test_hsts(const GradedSite& site);
HeaderModifier test_scripts(const GradedSite& site, const HtmlScan& scan);
HeaderModifier test_content_type_options(const GradedSite& site);
HeaderModifier test_frame_options(const GradedSite& site);
HeaderModifier test_resource_policy(const GradedSite& site);

}  // namespace belfry::inspect
