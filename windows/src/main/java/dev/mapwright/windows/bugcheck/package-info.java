/** Bug checks: what is raised, and the report that explains it. */
@NullMarked
package dev.mapwright.windows.bugcheck;

import org.jspecify.annotations.NullMarked;
