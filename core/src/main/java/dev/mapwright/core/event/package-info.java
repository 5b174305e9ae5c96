/**
 * Everything that happens, as one stream of events for each machine. A journal, a leak report, a
 * fault's "who removed it" and a picture are readers of it.
 */
@NullMarked
package dev.mapwright.core.event;

import org.jspecify.annotations.NullMarked;
