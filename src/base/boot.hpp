#pragma once

// Which boot of the machine this is: steady times of one boot can be compared across processes, those of two cannot.

#include <filesystem>
#include <string>

namespace belfry::base {

// Empty where the system does not tell: then it is none that was seen before.
std::string boot_id(const std::filesystem::path& file = "/proc/sys/kernel/random/boot_id");

}  // namespace belfry::base
