#pragma once

// Text of strangers, as others are shown it.

namespace belfry::people {

// Controls, and what is invisible or changes the direction or the order of what stands around it: a name with these
// reads as another (Unicode Technical Report 36, section 2.10).
bool steers_display(char32_t character);

}  // namespace belfry::people
