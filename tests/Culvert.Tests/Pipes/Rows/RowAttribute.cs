using Xunit.v3;

namespace Culvert.Tests.Pipes.Rows;

/// <summary>
/// The test is a case of a row of the relay's event table; <c>--filter-trait Row=5.3-07</c> finds those of a row.
/// </summary>
/// <param name="id">Of <see cref="RelayRows"/>.</param>
/// <param name="ways">All that the test shows.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RowAttribute(string id, Way ways) : Attribute, ITraitAttribute
{
    public string Id => id;

    public Way Ways => ways;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Row", id)];
}
