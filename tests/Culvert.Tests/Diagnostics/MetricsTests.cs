using System.Diagnostics.Metrics;
using System.Text;
using Culvert.Server.Diagnostics;
using Culvert.Server.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Diagnostics;

public sealed class MetricsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CulvertMeter _meter;
    private readonly MetricsBoard _board;

    public MetricsTests()
    {
        _meter = new CulvertMeter(_services.GetRequiredService<IMeterFactory>());
        _board = new MetricsBoard(_meter);
    }

    private Meter Meter => _meter.Meter;

    public void Dispose()
    {
        _board.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void What_was_not_measured_is_not_written() => Assert.Equal("", Text());

    [Fact]
    public void A_counter_has_a_line_for_each_set_of_tags()
    {
        var counter = Meter.CreateCounter<long>("culvert.pipe.ends", "{session}", "Sessions that ended.");

        counter.Add(1, Tag("culvert.by", "client"), Tag("culvert.code", 1000));
        counter.Add(1, Tag("culvert.by", "backend"), Tag("culvert.code", 1000));
        counter.Add(2, Tag("culvert.by", "client"), Tag("culvert.code", 1000));

        Assert.Equal(
            """
            # HELP culvert_pipe_ends_total Sessions that ended.
            # TYPE culvert_pipe_ends_total counter
            culvert_pipe_ends_total{by="client",code="1000"} 3
            culvert_pipe_ends_total{by="backend",code="1000"} 1

            """,
            Text());
    }

    [Fact]
    public void What_goes_up_and_down_is_a_gauge_and_units_are_part_of_names()
    {
        var open = Meter.CreateUpDownCounter<long>("culvert.pipe.sessions", "{session}", "Open.");
        open.Add(3);
        open.Add(-1);
        Meter.CreateCounter<double>("culvert.tunnel.blocked", "s", "Waited.").Add(0.25);
        Meter.CreateCounter<long>("culvert.pipe.bytes", "By", "Passed on.").Add(5);

        Assert.Equal(
            ["culvert_pipe_bytes_total 5", "culvert_pipe_sessions 2", "culvert_tunnel_blocked_seconds_total 0.25"],
            Values());
    }

    [Fact]
    public void What_is_observed_is_asked_each_time()
    {
        var live = 0;
        Meter.CreateObservableGauge("culvert.node.live", () => ++live, "{node}", "Live nodes.");
        var asked = 10L;
        Meter.CreateObservableCounter("culvert.deliveries", () => asked += 5, "{event}", "Handed over.");

        Assert.Equal(["culvert_deliveries_total 15", "culvert_node_live 1"], Values());
        Assert.Equal(["culvert_deliveries_total 20", "culvert_node_live 2"], Values());
    }

    [Fact]
    public void A_histogram_counts_up_to_each_bound_and_beyond()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 2] };
        var histogram = Meter.CreateHistogram<double>("culvert.wait", "s", "Wait.", advice: advice);
        foreach (var value in (double[])[0.25, 0.5, 1, 3])
        {
            histogram.Record(value);
        }

        Assert.Equal(
            [
                "culvert_wait_seconds_bucket{le=\"0.5\"} 2",
                "culvert_wait_seconds_bucket{le=\"2\"} 3",
                "culvert_wait_seconds_bucket{le=\"+Inf\"} 4",
                "culvert_wait_seconds_sum 4.75",
                "culvert_wait_seconds_count 4",
            ],
            Values());
    }

    [Fact]
    public void A_histogram_of_whole_numbers_and_one_without_bounds_are_written_too()
    {
        Meter.CreateHistogram<long>(
            "culvert.a", "By", advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [10] })
            .Record(11, Tag("x", "y"));
        Meter.CreateHistogram<double>("culvert.b").Record(2);

        Assert.Equal(
            [
                "culvert_a_bytes_bucket{x=\"y\",le=\"10\"} 0",
                "culvert_a_bytes_bucket{x=\"y\",le=\"+Inf\"} 1",
                "culvert_a_bytes_sum{x=\"y\"} 11",
                "culvert_a_bytes_count{x=\"y\"} 1",
                "culvert_b_bucket{le=\"+Inf\"} 1",
                "culvert_b_sum 2",
                "culvert_b_count 1",
            ],
            Values());
    }

    [Fact]
    public void Texts_cannot_break_a_line_or_a_label()
    {
        Meter.CreateCounter<long>("culvert.a", null, "one\\two\nthree \"four\"").Add(1, Tag("culvert.b", "\"\\\n}"));

        Assert.Equal(
            "# HELP culvert_a_total one\\\\two\\nthree \"four\"\n# TYPE culvert_a_total counter\n"
            + "culvert_a_total{b=\"\\\"\\\\\\n}\"} 1\n",
            Text());
    }

    [Fact]
    public void Series_beyond_the_limit_are_counted_together()
    {
        var counter = Meter.CreateCounter<long>("culvert.a");
        for (var i = 0; i < MetricFamily.MaxSeries + 50; i++)
        {
            counter.Add(1, Tag("culvert.b", i));
        }

        counter.Add(1, Tag("culvert.b", 7));

        var values = Values();
        Assert.Equal(MetricFamily.MaxSeries + 1, values.Length);
        Assert.Equal("culvert_a_total{overflow=\"true\"} 50", values[^1]);
        Assert.Contains("culvert_a_total{b=\"7\"} 2", values);
    }

    [Fact]
    public void Other_meters_of_the_process_are_left_out()
    {
        using var other = new Meter(CulvertMeter.MeterName);
        other.CreateCounter<long>("culvert.a").Add(1);
        Meter.CreateCounter<long>("culvert.b").Add(1);

        Assert.Equal(["culvert_b_total 1"], Values());
    }

    [Fact]
    public async Task Nothing_is_lost_between_threads()
    {
        var counter = Meter.CreateCounter<long>("culvert.a");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add(1, Tag("culvert.b", i % 5));
            }
        })));

        Assert.Equal([.. Enumerable.Range(0, 5).Select(b => $"culvert_a_total{{b=\"{b}\"}} 8000")], Values().Order());
    }

    private static KeyValuePair<string, object?> Tag(string key, object value) => new(key, value);

    private string Text()
    {
        var text = new StringBuilder();
        foreach (var family in _board.Read())
        {
            MetricsText.Write(text, family);
        }

        return text.ToString();
    }

    private string[] Values() =>
        [.. Text().Split('\n').Where(static line => line.Length > 0 && line[0] != '#')];
}
