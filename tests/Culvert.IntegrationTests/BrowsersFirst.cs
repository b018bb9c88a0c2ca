using Culvert.IntegrationTests;
using Culvert.IntegrationTests.Chat;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(BrowsersFirst))]

namespace Culvert.IntegrationTests;

/// <summary>Begins with the two long collections, so that the short ones go on beside them to the end.</summary>
public sealed class BrowsersFirst : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(static c => c.TestCollectionDisplayName
            is not (nameof(RoomBrowserCollection) or nameof(PageBrowserCollection)))];
}
