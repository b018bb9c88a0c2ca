using System.Text;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>One answer as it came over the wire.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Fields">Names and values in order.</param>
/// <param name="Body">Without framing.</param>
internal sealed record RawAnswer(int Status, IReadOnlyList<(string Name, string Value)> Fields, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The value of the field; null when it is not there.</summary>
    public string? this[string name] =>
        Fields.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public override string ToString() =>
        $"{Status}\n{string.Join('\n', Fields.Select(f => $"{f.Name}: {f.Value}"))}\n\n{Text}";
}
