/**
 * What users depend on, tested as they get it: from installed artifacts, by builds of their own.
 */
@NullMarked
package dev.mapwright.published;

import org.jspecify.annotations.NullMarked;
