/** Tests of the reports. */
@NullMarked
package dev.mapwright.cli.report;

import org.jspecify.annotations.NullMarked;
