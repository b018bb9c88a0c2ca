namespace Culvert.Server.Diagnostics;

/// <summary>What the server has to say about one case.</summary>
/// <param name="Reason">The sentence.</param>
/// <param name="Values">What stands in it, by name.</param>
internal readonly record struct Said(Reason Reason, IReadOnlyList<(string Name, string Value)> Values)
{
    /// <summary>In English.</summary>
    public string Text =>
        Values.Aggregate(Reason.Text, static (text, value) => text.Replace($"{{{value.Name}}}", value.Value));

    /// <summary>For JSON; null for none.</summary>
    public Dictionary<string, string>? Members =>
        Values.Count == 0 ? null : Values.ToDictionary(static value => value.Name, static value => value.Value);
}
