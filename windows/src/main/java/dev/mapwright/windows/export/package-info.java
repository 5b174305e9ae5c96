/** Every routine by its documented name, for callers that are not written in Java. */
@NullMarked
package dev.mapwright.windows.export;

import org.jspecify.annotations.NullMarked;
