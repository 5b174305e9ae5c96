/**
 * Failing on purpose: every place where the engine acquires something asks here first, so that a
 * test can make the nth acquisition of a scenario fail and look whether anything changed.
 */
@NullMarked
package dev.mapwright.core.failure;

import org.jspecify.annotations.NullMarked;
