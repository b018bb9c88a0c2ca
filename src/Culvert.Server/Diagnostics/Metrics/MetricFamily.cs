using System.Diagnostics.Metrics;

namespace Culvert.Server.Diagnostics.Metrics;

/// <summary>All series of one instrument. Thread-safe.</summary>
internal sealed class MetricFamily
{
    /// <summary>
    /// 200 series of one instrument: routes, close codes and reasons together stay far below it. What comes beyond is
    /// counted in one more.
    /// </summary>
    public const int MaxSeries = 200;

    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new("culvert.overflow", "true")];
    private static readonly double[] NoBounds = [];

    private readonly Lock _lock = new();
    private readonly IReadOnlyList<double>? _bounds;
    private MetricSeries[] _series = [];

    public MetricFamily(Instrument instrument)
    {
        Kind = KindOf(instrument);
        Name = NameOf(instrument, Kind);
        Help = instrument.Description ?? "";
        _bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : null;
        Bounds = _bounds ?? NoBounds;
        IsObserved = instrument.IsObservable;
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    /// <summary>Upper bounds of the buckets, ascending; none unless this is a histogram.</summary>
    public IReadOnlyList<double> Bounds { get; }

    public IReadOnlyList<MetricSeries> Series => Volatile.Read(ref _series);

    /// <summary>Measurements are the value, not what was added to it.</summary>
    private bool IsObserved { get; }

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags) ?? Create(tags);
        if (Kind == MetricKind.Histogram)
        {
            series.Record(value);
        }
        else if (IsObserved)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    private MetricSeries? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var series in Volatile.Read(ref _series))
        {
            if (series.Is(tags))
            {
                return series;
            }
        }

        return null;
    }

    private MetricSeries Create(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            if (Find(tags) is { } other)
            {
                return other;
            }

            if (_series.Length >= MaxSeries)
            {
                tags = OverflowTags;
                if (Find(tags) is { } overflow)
                {
                    return overflow;
                }
            }

            var series = new MetricSeries(tags.ToArray(), _bounds);
            Volatile.Write(ref _series, [.. _series, series]);
            return series;
        }
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var kind = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return kind == typeof(Histogram<>) ? MetricKind.Histogram
            : kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
    }

    /// <summary>OpenTelemetry's mapping: dots become underscores, the unit and <c>_total</c> are appended.</summary>
    private static string NameOf(Instrument instrument, MetricKind kind)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var name = instrument.Name.Replace('.', '_');
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return kind == MetricKind.Counter ? name + "_total" : name;
    }

    private static IReadOnlyList<double> BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => NoBounds,
    };
}
