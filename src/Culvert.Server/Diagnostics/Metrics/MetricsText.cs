using System.Globalization;
using System.Text;

namespace Culvert.Server.Diagnostics.Metrics;

/// <summary>Writes metrics in the text format 0.0.4 that Prometheus and its kin read.</summary>
internal static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(StringBuilder text, MetricFamily family)
    {
        var series = family.Series;
        if (series.Count == 0)
        {
            return;
        }

        Head(text, family.Name, family.Kind, family.Help);
        foreach (var each in series)
        {
            var (value, counts) = each.Read();
            if (family.Kind == MetricKind.Histogram)
            {
                WriteHistogram(text, family, each, value, counts);
            }
            else
            {
                Line(text, family.Name, "", each.Tags, null, value);
            }
        }
    }

    /// <summary>Writes a metric that has one value and no tags.</summary>
    public static void Write(StringBuilder text, string name, MetricKind kind, string help, double value)
    {
        Head(text, name, kind, help);
        Line(text, name, "", [], null, value);
    }

    private static void Head(StringBuilder text, string name, MetricKind kind, string help)
    {
        var type = kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        };
        text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help, isLabel: false)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private static void WriteHistogram(
        StringBuilder text, MetricFamily family, MetricSeries series, double sum, long[] counts)
    {
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            var bound = i < family.Bounds.Count ? Format(family.Bounds[i]) : "+Inf";
            Line(text, family.Name, "_bucket", series.Tags, bound, total);
        }

        Line(text, family.Name, "_sum", series.Tags, null, sum);
        Line(text, family.Name, "_count", series.Tags, null, total);
    }

    private static void Line(
        StringBuilder text,
        string name,
        string suffix,
        IReadOnlyList<KeyValuePair<string, object?>> tags,
        string? bound,
        double value)
    {
        text.Append(name).Append(suffix);
        var next = '{';
        foreach (var (key, tag) in tags)
        {
            // Every tag is one of Culvert's, and a short name is easier to ask for.
            var label = key.StartsWith("culvert.", StringComparison.Ordinal) ? key["culvert.".Length..] : key;
            text.Append(next).Append(label.Replace('.', '_')).Append("=\"");
            text.Append(Escape(Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "", isLabel: true)).Append('"');
            next = ',';
        }

        if (bound is not null)
        {
            text.Append(next).Append("le=\"").Append(bound).Append('"');
            next = ',';
        }

        text.Append(next == ',' ? "} " : " ").Append(Format(value)).Append('\n');
    }

    private static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text, bool isLabel)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
