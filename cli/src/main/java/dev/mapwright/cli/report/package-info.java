/** What a replay has found, as text for people and as JSON for programs. */
@NullMarked
package dev.mapwright.cli.report;

import org.jspecify.annotations.NullMarked;
