namespace Culvert.Server.Diagnostics.Metrics;

/// <summary>What a metric is to whoever reads it.</summary>
internal enum MetricKind
{
    /// <summary>Goes up and down.</summary>
    Gauge = 0,

    /// <summary>Only goes up, from the start of the process.</summary>
    Counter = 1,

    /// <summary>How often values fell between bounds.</summary>
    Histogram = 2,
}
